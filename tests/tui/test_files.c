/* Files on their way to a ticket and back: what is on this machine stays as it is, and what came is
 * there as a whole or not at all. */
#define _GNU_SOURCE /* nftw */
#include "tui/files.h"

#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[64];
static char path[128];

static int make_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/files-XXXXXX");
    return mkdtemp(folder) == NULL;
}

static int remove_one(const char *name, const struct stat *status, int kind, struct FTW *place)
{
    (void)status;
    (void)kind;
    (void)place;
    return remove(name);
}

static int remove_folder(void **state)
{
    (void)state;
    return nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static const char *in_folder(const char *name)
{
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void write_file(const char *name, size_t size)
{
    FILE *file = fopen(in_folder(name), "w");

    assert_non_null(file);
    for (size_t i = 0; i < size; i++) {
        fputc('x', file);
    }
    assert_int_equal(fclose(file), 0);
}

static size_t count_entries(void)
{
    char command[96];
    char line[32] = "";
    snprintf(command, sizeof command, "ls -A %s | wc -l", folder);
    FILE *pipe = popen(command, "r");
    assert_non_null(fgets(line, sizeof line, pipe));
    pclose(pipe);
    return strtoul(line, NULL, 10);
}

/* The name of another's file decides nothing but a name. */
static void names_of_others_are_made_safe(void **state)
{
    static const struct {
        const char *name;
        const char *safe;
    } cases[] = {
        {"report.pdf", "report.pdf"},
        {".bashrc", "_bashrc"},
        {"../../etc/passwd", "_._.._etc_passwd"},
        {"-rf", "_rf"},
        {"a\033[31mb", "a__31mb"},
        {"", "file"},
        {"caf\xc3\xa9.txt", "caf__.txt"},
    };
    char safe[ATTACHMENT_NAME_MAX + 1];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        file_safe_name(text_of(cases[i].name), safe);
        assert_null(strchr(safe, '/'));
        assert_true(safe[0] != '.' && safe[0] != '-');
        assert_string_equal(safe, cases[i].safe);
    }
}

/* What can't be sent is told by name, before anything is. */
static void what_cannot_be_attached_is_said_by_name(void **state)
{
    struct file_content content;
    char problem[FILE_PROBLEM_SIZE];

    (void)state;
    write_file("empty", 0);
    assert_false(file_read(in_folder("empty"), true, &content, problem));
    assert_string_equal(problem, "empty is empty");
    write_file("large", 0);
    assert_int_equal(truncate(in_folder("large"), ATTACHMENT_BYTES_MAX + 1), 0);
    assert_false(file_read(in_folder("large"), true, &content, problem));
    assert_string_equal(problem, "large has more than 10 MiB; send less of it");
    assert_int_equal(mkfifo(in_folder("pipe"), 0600), 0);
    assert_false(file_read(in_folder("pipe"), true, &content, problem)); /* and does not wait */
    assert_string_equal(problem, "pipe is something else, not a file");
    assert_false(file_read(folder, true, &content, problem));
    assert_non_null(strstr(problem, "is a directory, not a file"));
    assert_false(file_read(in_folder("missing"), true, &content, problem));
    assert_non_null(strstr(problem, "No such file"));
    write_file("good", 5);
    assert_true(file_read(in_folder("good"), true, &content, problem));
    assert_int_equal(content.size, 5);
    file_content_free(&content);
}

static void hash_of(const char *text, uint8_t ret_hash[CONTENT_HASH_BYTES])
{
    struct content_hash hash;

    content_hash_begin(&hash);
    content_hash_add(&hash, text, strlen(text));
    content_hash_end(&hash, ret_hash);
}

static struct bytes bytes_of(const char *text)
{
    return (struct bytes){(const uint8_t *)text, strlen(text)};
}

/* The final name is that of a whole file: until then, and after a failure, there is none. */
static void a_file_is_saved_as_a_whole_or_not_at_all(void **state)
{
    struct file_saving saving;
    uint8_t hash[CONTENT_HASH_BYTES];
    char problem[FILE_PROBLEM_SIZE];

    (void)state;
    hash_of("two pieces", hash);
    assert_true(file_saving_begin(&saving, in_folder("new"), problem));
    assert_true(file_saving_add(&saving, bytes_of("two ")));
    assert_false(file_is_there(in_folder("new")));
    file_saving_drop(&saving);
    assert_int_equal(count_entries(), 0);

    assert_true(file_saving_begin(&saving, in_folder("new"), problem));
    assert_true(file_saving_add(&saving, bytes_of("two others")));
    assert_false(file_saving_end(&saving, hash, problem));
    assert_string_equal(problem, "what came is not the file that was attached");
    assert_int_equal(count_entries(), 0);

    assert_true(file_saving_begin(&saving, in_folder("new"), problem));
    assert_true(file_saving_add(&saving, bytes_of("two pieces")));
    assert_true(file_saving_end(&saving, hash, problem));
    assert_true(file_is_there(in_folder("new")));
    assert_int_equal(count_entries(), 1);
    file_saving_drop(&saving); /* harmless by now */
    assert_int_equal(count_entries(), 1);
}

/* Not even what came to be there while the file was on its way. */
static void nothing_is_written_over(void **state)
{
    struct file_saving saving;
    uint8_t hash[CONTENT_HASH_BYTES];
    char problem[FILE_PROBLEM_SIZE];
    struct stat status;

    (void)state;
    hash_of("new words", hash);
    write_file("mine", 3);
    assert_false(file_saving_begin(&saving, in_folder("mine"), problem));
    assert_non_null(strstr(problem, "mine is there already"));
    assert_int_equal(symlink("/nowhere", in_folder("link")), 0);
    assert_false(file_saving_begin(&saving, in_folder("link"), problem));
    assert_true(file_saving_begin(&saving, in_folder("late"), problem));
    assert_true(file_saving_add(&saving, bytes_of("new words")));
    write_file("late", 3);
    assert_false(file_saving_end(&saving, hash, problem));
    assert_non_null(strstr(problem, "late is there already"));
    assert_int_equal(stat(in_folder("late"), &status), 0);
    assert_int_equal(status.st_size, 3);
    assert_int_equal(count_entries(), 3);
    assert_false(file_saving_begin(&saving, in_folder("no/where"), problem));
}

/* "~" is the home; a tilde elsewhere is a character of a name. */
static void a_tilde_is_the_home(void **state)
{
    char expanded[PATH_SIZE];

    (void)state;
    assert_int_equal(setenv("HOME", "/home/ana", 1), 0);
    assert_true(file_expand("~/notes~", expanded));
    assert_string_equal(expanded, "/home/ana/notes~");
    assert_true(file_expand("~", expanded));
    assert_string_equal(expanded, "/home/ana");
    assert_true(file_expand("~//srv/report.pdf", expanded));
    assert_string_equal(expanded, "/srv/report.pdf");
    assert_true(file_expand("~eve", expanded));
    assert_string_equal(expanded, "~eve");
    assert_false(file_expand("", expanded));
    assert_int_equal(unsetenv("HOME"), 0);
    assert_false(file_expand("~/notes", expanded));
}

static void sizes_are_written_for_people(void **state)
{
    static const struct {
        uint64_t bytes;
        const char *text;
    } cases[] = {
        {0, "0 bytes"},          {1023, "1023 bytes"}, {1024, "1.0 KiB"},      {12800, "12.5 KiB"},
        {1048575, "1023.9 KiB"}, {1048576, "1.0 MiB"}, {10485760, "10.0 MiB"}, {UINT64_MAX, "huge"},
    };
    char text[FILE_SIZE_TEXT];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        file_size_text(cases[i].bytes, text);
        assert_string_equal(text, cases[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_others_are_made_safe),
        cmocka_unit_test_setup_teardown(what_cannot_be_attached_is_said_by_name, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(a_file_is_saved_as_a_whole_or_not_at_all, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(nothing_is_written_over, make_folder, remove_folder),
        cmocka_unit_test(a_tilde_is_the_home),
        cmocka_unit_test(sizes_are_written_for_people),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
