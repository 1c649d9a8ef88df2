/* Feeds every file of the folders given to one fuzz target, as a plain test program. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"

enum { INPUT_BYTES_MAX = 1 << 20, PATH_BYTES_MAX = 4096 };

static void replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    uint8_t *input = malloc(INPUT_BYTES_MAX);
    if (file == NULL || input == NULL) {
        perror(path);
        exit(1);
    }
    size_t size = fread(input, 1, INPUT_BYTES_MAX, file);
    fclose(file);
    /* A block of exactly the size lets the sanitizers see a read past the end. */
    uint8_t *exact = malloc(size > 0 ? size : 1);
    if (exact == NULL) {
        perror(path);
        exit(1);
    }
    memcpy(exact, input, size);
    free(input);
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
}

static unsigned replay_folder(const char *folder)
{
    unsigned count = 0;
    DIR *directory = opendir(folder);
    if (directory == NULL) {
        perror(folder);
        exit(1);
    }
    for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
        char path[PATH_BYTES_MAX];
        if (entry->d_name[0] == '.') {
            continue;
        }
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        printf("%s\n", path);
        fflush(stdout);
        replay_file(path);
        count++;
    }
    closedir(directory);
    return count;
}

int main(int argc, char **argv)
{
    unsigned count = 0;
    for (int i = 1; i < argc; i++) {
        count += replay_folder(argv[i]);
    }
    printf("cases: %u\n", count);
    return count > 0 ? 0 : 1;
}
