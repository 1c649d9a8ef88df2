/* ttydesk: a verb and out, or the full-screen client. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "proto/noise.h"
#include "tui/client.h"
#include "tui/options.h"
#include "tui/terminal_text.h"
#include "tui/verbs/runner.h"

static void print_help(void)
{
    puts("usage: ttydesk [options]              the full-screen client\n"
         "       ttydesk VERB [options] ...     one command and out\n"
         "\nverbs:");
    for (size_t i = 0; verbs[i] != NULL; i++) {
        char left[40];
        snprintf(left, sizeof left, "%s %s", verbs[i]->name, verbs[i]->arguments);
        printf("  %-24s %s\n", left, verbs[i]->help);
    }
    puts("\noptions:");
    options_print_help(true);
    puts("\nWithout --server the desk is found by TTYDESK_SERVER, \"server\" in the config file,\n"
         "the socket " ADDRESS_SOCKET_DEFAULT ", localhost; in this order.\n"
         "Exit codes: 0 done, 1 failed, 2 cancelled, 4 sign-in needed.");
}

static int complain(const char *pattern, const char *word)
{
    fprintf(stderr, pattern, word);
    fputs("; see: ttydesk --help\n", stderr);
    return VERB_FAILED;
}

static int unknown_verb(const char *name)
{
    const struct verb *nearest = verb_nearest(name);
    if (nearest != NULL) {
        fprintf(stderr, "ttydesk: there is no verb \"%s\"; did you mean \"%s\"?\n", name,
                nearest->name);
        return VERB_FAILED;
    }
    return complain("ttydesk: there is no verb \"%s\"", name);
}

static int help_of(const char *name)
{
    const struct verb *verb = name != NULL ? verb_find(name) : NULL;
    if (name != NULL && verb == NULL) {
        return unknown_verb(name);
    }
    if (verb != NULL) {
        verb_print_help(verb);
    } else {
        print_help();
    }
    return VERB_DONE;
}

/* Takes the global options before the verb. Returns the index of the first word that is none, or
 * -1 after complaining. */
static int take_global_options(struct options *options, int count, char **words)
{
    int i = 1;
    while (i < count && strncmp(words[i], "--", 2) == 0) {
        char name[64];
        bool known = false;
        const char *equals = strchr(words[i], '=');
        const char *value = equals != NULL ? equals + 1 : NULL;
        int length = equals != NULL ? (int)(equals - words[i]) - 2 : (int)strlen(words[i]) - 2;
        snprintf(name, sizeof name, "%.*s", length, words[i] + 2);
        bool wants_value = options_takes_value(name, &known);
        if (!known || (!wants_value && value != NULL)) {
            complain("ttydesk: there is no option %s", words[i]);
            return -1;
        }
        if (wants_value && value == NULL && ++i >= count) {
            complain("ttydesk: --%s needs a value", name);
            return -1;
        }
        options_take(options, name, value != NULL ? value : words[i]);
        i++;
    }
    return i;
}

int main(int count, char **words)
{
    struct options options = {0};
    terminal_start_locale();
    signal(SIGPIPE, SIG_IGN); /* a desk or a pager that goes away is an error, not an end */
    if (noise_start() != ERROR_NONE) {
        fputs("ttydesk: the system gives no random numbers\n", stderr);
        return VERB_FAILED;
    }
    int first = take_global_options(&options, count, words);
    if (first < 0) {
        return VERB_FAILED;
    }
    if (options.version) {
        puts("ttydesk " TTYDESK_VERSION);
        return VERB_DONE;
    }
    if (first < count && strcmp(words[first], "help") == 0) {
        return help_of(first + 1 < count ? words[first + 1] : NULL);
    }
    if (first < count) {
        const struct verb *verb = verb_find(words[first]);
        return verb == NULL ? unknown_verb(words[first])
                            : (int)verb_main(verb, &options, count - first - 1, words + first + 1);
    }
    if (options.help) {
        return help_of(NULL);
    }
    if (options_finish(&options) != ERROR_NONE) {
        return complain("ttydesk: %s", options.problem);
    }
    return client_main(&options);
}
