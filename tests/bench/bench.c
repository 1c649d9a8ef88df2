/* How near the desk comes to what this machine can do: 64 clients creating tickets, and reading
 * them, with encryption and all checks on, each run beside its yardstick in the same minute. Prints
 * every round and the medians of the ratios; judges nothing, since machines are shared and noisy.
 *
 *     bench TTYDESKD [rounds [seconds]]
 *
 * Ends with kill -9 and looks whether every acknowledged ticket is there. */
#include <dirent.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "proto/noise.h"
#include "tests/bench/desk_subject.h"
#include "tests/bench/yardsticks.h"

enum { CLIENTS = 64, ROUNDS_DEFAULT = 7, ROUNDS_MAX = 99, SECONDS_DEFAULT = 2, PATH_BYTES = 512 };

/* Of the daemon, in seconds. */
struct processor_time {
    double loop_user;
    double loop_system;
    double others_user; /* the writer */
    double others_system;
};

struct bench {
    const char *daemon;
    char directory[64];
    char config[PATH_BYTES];
    uint16_t port;
    pid_t process;
    struct processor_time start; /* of the running measurement, after all sign-ins */
};

static void fail(const char *what)
{
    fprintf(stderr, "bench: %s\n", what);
    exit(1);
}

/* A port that was free a moment ago. */
static uint16_t free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t length = sizeof address;
    int descriptor = socket(AF_INET, SOCK_STREAM, 0);
    if (descriptor < 0 ||
        bind(descriptor, (const struct sockaddr *)&address, sizeof address) != 0 ||
        getsockname(descriptor, (struct sockaddr *)&address, &length) != 0) {
        fail("no free port");
    }
    close(descriptor);
    return ntohs(address.sin_port);
}

/* Rates off, since one account of the bench stands for many people; the cheapest password hashes
 * allowed. Everything else is the default. */
static void write_config(struct bench *bench)
{
    snprintf(bench->config, sizeof bench->config, "%s/ttydeskd.conf", bench->directory);
    FILE *file = fopen(bench->config, "w");
    if (file == NULL) {
        fail("cannot write the config file");
    }
    fprintf(file,
            "[server]\ndata = %s/desk\nallow_root = yes\n"
            "[listen]\nsocket = %s/socket\ntcp = 127.0.0.1:%u\n"
            "[limits]\nrequest_rate = 0\nchange_rate = 0\nsearch_rate = 0\n"
            "registrations = 0\nunauthenticated_drop_from = 256\n"
            "[passwords]\nopslimit = 2\nmemlimit = 19M\nqueued = 128\n"
            "[log]\nlevel = warning\n",
            bench->directory, bench->directory, (unsigned)bench->port);
    fclose(file);
}

static pid_t spawn(const struct bench *bench, const char *verb)
{
    pid_t process = fork();
    if (process == 0) {
        execl(bench->daemon, bench->daemon, verb, "--config", bench->config, (char *)NULL);
        _exit(127);
    }
    return process;
}

static int run(const struct bench *bench, const char *verb)
{
    int status = 0;
    pid_t process = spawn(bench, verb);
    if (process < 0 || waitpid(process, &status, 0) != process) {
        fail("cannot start the daemon");
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

/* Waits until the port answers, at most 10 s. */
static void wait_for_port(uint16_t port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    for (int i = 0; i < 1000; i++) {
        int descriptor = socket(AF_INET, SOCK_STREAM, 0);
        int status = connect(descriptor, (const struct sockaddr *)&address, sizeof address);
        close(descriptor);
        if (status == 0) {
            return;
        }
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    }
    fail("the daemon did not start");
}

static void start_daemon(struct bench *bench)
{
    bench->process = spawn(bench, "serve");
    wait_for_port(bench->port);
}

/* --- Where the time goes --- */

static bool read_thread(pid_t process, const char *thread, double *ret_user, double *ret_system)
{
    char path[PATH_BYTES];
    char line[1024];
    unsigned long user = 0;
    unsigned long system = 0;
    snprintf(path, sizeof path, "/proc/%ld/task/%s/stat", (long)process, thread);
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        return false;
    }
    bool read = fgets(line, sizeof line, file) != NULL;
    const char *after_name = read ? strrchr(line, ')') : NULL;
    fclose(file);
    if (after_name == NULL ||
        sscanf(after_name + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user,
               &system) != 2) {
        return false;
    }
    *ret_user = (double)user / (double)sysconf(_SC_CLK_TCK);
    *ret_system = (double)system / (double)sysconf(_SC_CLK_TCK);
    return true;
}

static struct processor_time processor_time(pid_t process)
{
    struct processor_time time = {0};
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "/proc/%ld/task", (long)process);
    DIR *tasks = opendir(path);
    for (struct dirent *entry = tasks != NULL ? readdir(tasks) : NULL; entry != NULL;
         entry = readdir(tasks)) {
        double user = 0;
        double system = 0;
        bool is_loop = atol(entry->d_name) == (long)process;
        if (entry->d_name[0] == '.' || !read_thread(process, entry->d_name, &user, &system)) {
            continue;
        }
        *(is_loop ? &time.loop_user : &time.others_user) += user;
        *(is_loop ? &time.loop_system : &time.others_system) += system;
    }
    if (tasks != NULL) {
        closedir(tasks);
    }
    return time;
}

static void note_start(struct desk_run *run)
{
    struct bench *bench = run->context;
    bench->start = processor_time(bench->process);
}

static void print_processor_time(const struct bench *bench, const struct desk_run *run)
{
    struct processor_time now = processor_time(bench->process);
    double per_answer_us = run->answered > 0 ? 1e6 / (double)run->answered : 0;
    printf("    processor time for each answer: loop %.1f us + %.1f us in the kernel, "
           "writer %.1f us + %.1f us\n",
           (now.loop_user - bench->start.loop_user) * per_answer_us,
           (now.loop_system - bench->start.loop_system) * per_answer_us,
           (now.others_user - bench->start.others_user) * per_answer_us,
           (now.others_system - bench->start.others_system) * per_answer_us);
}

static struct measurement drive(const struct bench *bench, const char *name, struct desk_run *run_,
                                unsigned clients, unsigned seconds)
{
    struct subject subject = desk_subject(name, run_);
    run_->next_account = 0;
    struct measurement measured = closed_loop_run(&subject, bench->port, clients, seconds);
    if (measured.errors > 0) {
        fail("the desk refused; the figures would be worth nothing");
    }
    return measured;
}

static struct measurement drive_yardstick(const struct subject *subject, struct yardstick yardstick,
                                          unsigned seconds)
{
    struct measurement measured = closed_loop_run(subject, yardstick.port, CLIENTS, seconds);
    yardstick_stop(yardstick);
    return measured;
}

static struct yardstick start_group(const struct bench *bench, unsigned round)
{
    char directory[PATH_BYTES];
    snprintf(directory, sizeof directory, "%s/group%u", bench->directory, round);
    if (mkdir(directory, 0700) != 0) {
        fail("cannot make a directory");
    }
    return yardstick_group_start(directory);
}

static int compare_ratios(const void *a, const void *b)
{
    double left = *(const double *)a;
    double right = *(const double *)b;
    return (left > right) - (left < right);
}

static void print_ratios(const char *what, double *ratios, unsigned count)
{
    qsort(ratios, count, sizeof *ratios, compare_ratios);
    printf("%-28s median %.2f   least %.2f   most %.2f   (%u rounds)\n", what, ratios[count / 2],
           ratios[0], ratios[count - 1], count);
}

static void run_rounds(struct bench *bench, struct desk_run *creating, unsigned rounds,
                       unsigned seconds)
{
    double creates[ROUNDS_MAX];
    double reads[ROUNDS_MAX];
    struct desk_run reading = {.act = DESK_READ, .on_begin = note_start, .context = bench};
    for (unsigned i = 0; i < rounds; i++) {
        struct measurement group = drive_yardstick(&subject_group, start_group(bench, i), seconds);
        measurement_print("yardstick group", &group);
        struct measurement create = drive(bench, "create", creating, CLIENTS, seconds);
        measurement_print("desk ticket.create", &create);
        print_processor_time(bench, creating);
        struct measurement echo = drive_yardstick(&subject_echo, yardstick_echo_start(), seconds);
        measurement_print("yardstick echo", &echo);
        struct measurement read = drive(bench, "read", &reading, CLIENTS, seconds);
        measurement_print("desk ticket.get", &read);
        print_processor_time(bench, &reading);
        creates[i] = create.per_second / group.per_second;
        reads[i] = read.per_second / echo.per_second;
    }
    print_ratios("creates of group", creates, rounds);
    print_ratios("reads of echo", reads, rounds);
}

/* The last acknowledged ticket's number tells how many there must be: numbers have no gaps. */
static void check_after_kill(struct bench *bench, const struct desk_run *creating)
{
    struct desk_run reading = {.act = DESK_READ};
    kill(bench->process, SIGKILL);
    waitpid(bench->process, NULL, 0);
    if (run(bench, "verify") != 0) {
        fail("the desk does not verify after kill -9");
    }
    start_daemon(bench);
    drive(bench, "read", &reading, DESK_ACCOUNTS, 1);
    printf("after kill -9: %" PRIu64 " creates acknowledged, the newest ticket found is #%" PRIu64
           " (acknowledged up to #%" PRIu64 ")\n",
           creating->acknowledged, reading.newest, creating->acknowledged_max);
    if (reading.newest < creating->acknowledged_max) {
        fail("acknowledged tickets are gone");
    }
    kill(bench->process, SIGTERM);
    waitpid(bench->process, NULL, 0);
}

int main(int count, char **words)
{
    struct bench bench = {.directory = "/tmp/ttydesk-bench-XXXXXX"};
    struct desk_run registering = {.act = DESK_REGISTER};
    struct desk_run creating = {.act = DESK_CREATE, .on_begin = note_start, .context = &bench};
    unsigned rounds = count > 2 ? (unsigned)atoi(words[2]) : ROUNDS_DEFAULT;
    unsigned seconds = count > 3 ? (unsigned)atoi(words[3]) : SECONDS_DEFAULT;
    if (count < 2 || rounds < 1 || rounds > ROUNDS_MAX || seconds < 1) {
        fail("usage: bench TTYDESKD [rounds [seconds]]");
    }
    signal(SIGPIPE, SIG_IGN);
    if (noise_start() != ERROR_NONE || mkdtemp(bench.directory) == NULL) {
        fail("cannot start");
    }
    bench.daemon = words[1];
    bench.port = free_port();
    write_config(&bench);
    if (run(&bench, "init") != 0) {
        fail("ttydeskd init failed");
    }
    start_daemon(&bench);
    drive(&bench, "register", &registering, DESK_ACCOUNTS, 1);
    drive(&bench, "create", &creating, CLIENTS, 1);
    run_rounds(&bench, &creating, rounds, seconds);
    check_after_kill(&bench, &creating);
    puts("limits: rates off, argon2id t=2 19 MiB, everything else at its default");
    char command[PATH_BYTES];
    snprintf(command, sizeof command, "rm -r '%s'", bench.directory);
    return system(command) == 0 ? 0 : 1;
}
