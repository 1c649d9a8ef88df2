#include "server/login.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/require.h"

_Static_assert(PASSWORD_HASH_BYTES == crypto_pwhash_STRBYTES, "one size of a password's hash");

enum { RUNNING_MAX = 16 };

struct login {
    struct login_settings settings;
    struct password_job *first; /* the queue */
    struct password_job **last;
    size_t queued;
    struct password_job *running[RUNNING_MAX];
    size_t running_count;
    bool finished;
};

struct login *login_create(const struct login_settings *settings)
{
    require(settings->parallel_max > 0 && settings->parallel_max <= RUNNING_MAX);
    struct login *login = calloc(1, sizeof *login);
    if (login != NULL) {
        login->settings = *settings;
        login->last = &login->first;
    }
    return login;
}

void login_destroy(struct login *login)
{
    require(login == NULL || login_idle(login));
    free(login);
}

bool login_idle(const struct login *login)
{
    return login->first == NULL && login->running_count == 0;
}

/* The memory is the caller's and his job lent it to be wiped. */
static void wipe_text(struct text text)
{
    if (text.length > 0) {
        sodium_memzero((void *)(uintptr_t)text.data, text.length);
    }
}

static void wipe_passwords(struct password_job *job)
{
    wipe_text(job->password);
    wipe_text(job->fresh);
}

enum error login_hash(struct text password, uint64_t opslimit, uint64_t memlimit_bytes,
                      char ret_hash[PASSWORD_HASH_BYTES])
{
    char hash[PASSWORD_HASH_BYTES];
    if (crypto_pwhash_str(hash, password.data, password.length, opslimit, (size_t)memlimit_bytes) !=
        0) {
        return ERROR_NO_MEMORY;
    }
    memcpy(ret_hash, hash, sizeof hash);
    return ERROR_NONE;
}

/* Whether a hash as libsodium writes it cost less than one would now. */
static bool is_cheaper(const char *hash, const struct login_settings *settings)
{
    const char *memory_kib = strstr(hash, "$m=");
    const char *passes = strstr(hash, ",t=");
    return memory_kib != NULL && passes != NULL &&
           (strtoull(memory_kib + 3, NULL, 10) < settings->memlimit_bytes / 1024 ||
            strtoull(passes + 3, NULL, 10) < settings->opslimit);
}

/* The old hash stays good when there is no memory for a new one. */
static void renew(struct password_job *job, const struct login_settings *settings)
{
    job->renewed = is_cheaper(job->known, settings) &&
                   login_hash(job->password, settings->opslimit, settings->memlimit_bytes,
                              job->made) == ERROR_NONE;
}

/* On a thread of the pool. */
static void on_work(uv_work_t *work)
{
    struct password_job *job = work->data;
    const struct login_settings *settings = &job->login->settings;
    bool right = true;
    if (job->other != NULL) {
        job->other(job);
        return;
    }
    if (job->verify) {
        right = crypto_pwhash_str_verify(job->known, job->password.data, job->password.length) == 0;
        job->verified = right;
    }
    if (job->renew && job->verified) {
        renew(job, settings);
    }
    if (job->make && right) {
        job->error =
            login_hash(job->fresh, settings->opslimit, settings->memlimit_bytes, job->made);
    }
    wipe_passwords(job);
}

static bool may_run(const struct login *login, const struct password_job *job)
{
    for (size_t i = 0; i < login->running_count; i++) {
        const struct password_job *other = login->running[i];
        if ((job->account_key != 0 && job->account_key == other->account_key) ||
            (job->source_key != 0 && job->source_key == other->source_key)) {
            return false;
        }
    }
    return true;
}

static void start_next(struct login *login);

static void on_work_done(uv_work_t *work, int status)
{
    struct password_job *job = work->data;
    struct login *login = job->login;
    for (size_t i = 0; i < login->running_count; i++) {
        if (login->running[i] == job) {
            login->running[i] = login->running[--login->running_count];
            break;
        }
    }
    start_next(login);
    job->on_done(job, status != 0 ? ERROR_SHUTTING_DOWN : job->error);
}

/* The first job of the queue whose account and source are not at work already. */
static struct password_job *take_next(struct login *login)
{
    for (struct password_job **link = &login->first; *link != NULL; link = &(*link)->next) {
        struct password_job *job = *link;
        if (may_run(login, job)) {
            *link = job->next;
            if (login->last == &job->next) {
                login->last = link;
            }
            login->queued--;
            return job;
        }
    }
    return NULL;
}

/* Ends a job that is in no queue and was not begun. */
static void give_back(struct password_job *job, enum error error)
{
    wipe_passwords(job);
    job->on_done(job, error);
}

static void start_next(struct login *login)
{
    while (login->running_count < login->settings.parallel_max) {
        struct password_job *job = take_next(login);
        if (job == NULL) {
            return;
        }
        enum error error = job->may_begin != NULL ? job->may_begin(job) : ERROR_NONE;
        if (error != ERROR_NONE) {
            give_back(job, error);
            continue;
        }
        job->work.data = job;
        login->running[login->running_count++] = job;
        require(uv_queue_work(login->settings.loop, &job->work, on_work, on_work_done) == 0);
    }
}

static size_t queued_of(const struct login *login, uint64_t share_key)
{
    size_t count = 0;
    for (const struct password_job *job = login->first; job != NULL; job = job->next) {
        count += job->share_key == share_key;
    }
    return count;
}

/* The last job of whoever has most of them in the queue, out of the queue; NULL when nobody has
 * more than the newcomer would have. So nobody can fill the queue alone. */
static struct password_job *take_from_greediest(struct login *login, uint64_t newcomer)
{
    size_t most = queued_of(login, newcomer) + 1;
    struct password_job **found = NULL;
    for (struct password_job **link = &login->first; *link != NULL; link = &(*link)->next) {
        size_t count = queued_of(login, (*link)->share_key);
        if (count > most || (found != NULL && (*link)->share_key == (*found)->share_key)) {
            most = count;
            found = link;
        }
    }
    if (found == NULL) {
        return NULL;
    }
    struct password_job *job = *found;
    *found = job->next;
    if (login->last == &job->next) {
        login->last = found;
    }
    login->queued--;
    return job;
}

enum error login_submit(struct login *login, struct password_job *job)
{
    if (login->finished) {
        return ERROR_SHUTTING_DOWN;
    }
    if (login->queued >= *login->settings.queued_max) {
        struct password_job *other = take_from_greediest(login, job->share_key);
        if (other == NULL) {
            return ERROR_BUSY;
        }
        give_back(other, ERROR_BUSY);
    }
    job->login = login;
    job->next = NULL;
    job->error = ERROR_NONE;
    job->verified = false;
    job->renewed = false;
    *login->last = job;
    login->last = &job->next;
    login->queued++;
    start_next(login);
    return ERROR_NONE;
}

void login_finish(struct login *login)
{
    login->finished = true;
    struct password_job *job = login->first;
    login->first = NULL;
    login->last = &login->first;
    login->queued = 0;
    while (job != NULL) {
        struct password_job *next = job->next;
        give_back(job, ERROR_SHUTTING_DOWN);
        job = next;
    }
}

void login_dummy(const struct login *login, char ret_known[PASSWORD_HASH_BYTES])
{
    uint8_t random[16 + 32];
    char salt[23];
    char hash[44];
    randombytes_buf(random, sizeof random);
    sodium_bin2base64(salt, sizeof salt, random, 16, sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
    sodium_bin2base64(hash, sizeof hash, random + 16, 32,
                      sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
    (void)snprintf(ret_known, PASSWORD_HASH_BYTES, "$argon2id$v=19$m=%llu,t=%llu,p=1$%s$%s",
                   (unsigned long long)(login->settings.memlimit_bytes / 1024),
                   (unsigned long long)login->settings.opslimit, salt, hash);
}
