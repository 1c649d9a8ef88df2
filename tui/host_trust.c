#include "tui/host_trust.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/fingerprint.h"
#include "tui/known_hosts.h"
#include "tui/paths.h"

bool host_trust_init(struct host_trust *trust, const char *own_hosts, const char *site_hosts)
{
    trust->own_hosts = own_hosts != NULL ? strdup(own_hosts) : NULL;
    trust->site_hosts = site_hosts != NULL ? strdup(site_hosts) : NULL;
    if ((own_hosts != NULL && trust->own_hosts == NULL) ||
        (site_hosts != NULL && trust->site_hosts == NULL)) {
        host_trust_finish(trust);
        return false;
    }
    return true;
}

void host_trust_finish(struct host_trust *trust)
{
    free(trust->own_hosts);
    free(trust->site_hosts);
    *trust = (struct host_trust){0};
}

static enum error judge_pinned(const struct address *address, const char *fingerprint,
                               char *ret_problem, size_t size)
{
    if (strcmp(fingerprint, address->fingerprint) == 0) {
        return ERROR_NONE;
    }
    snprintf(ret_problem, size, "the server at %s has the key %s, not the one in its address (%s)",
             address->host, fingerprint, address->fingerprint);
    return ERROR_HOST_KEY_CHANGED;
}

static enum error refuse_changed(const struct known_host *known, const struct address *address,
                                 const char *fingerprint, char *ret_problem, size_t size)
{
    char remedy[PATH_SIZE + 32];
    known_hosts_remedy(known, remedy, sizeof remedy);
    snprintf(ret_problem, size,
             "the key of %s has changed to %s: somebody may be listening in. If it was changed on "
             "purpose, remove the old one with: %s",
             address->host, fingerprint, remedy);
    return ERROR_HOST_KEY_CHANGED;
}

enum error host_trust_judge(struct host_trust *trust, const struct address *address,
                            const uint8_t key[32], char *ret_problem, size_t size)
{
    struct known_host known;
    char fingerprint[FINGERPRINT_SIZE];
    memcpy(trust->key, key, sizeof trust->key);
    fingerprint_format(key, fingerprint);
    if (address->fingerprint[0] != '\0') {
        return judge_pinned(address, fingerprint, ret_problem, size);
    }
    if (known_hosts_look(trust->site_hosts, trust->own_hosts, address, key, &known) != ERROR_NONE) {
        snprintf(ret_problem, size, "%s:%u cannot be read or understood; mend or remove that line",
                 known.path, known.line);
        return ERROR_HOST_KEY_UNKNOWN;
    }
    if (known.verdict == KNOWN_SAME) {
        return ERROR_NONE;
    }
    if (known.verdict == KNOWN_NOT) {
        snprintf(ret_problem, size, "the server at %s is not known here; its key is %s",
                 address->host, fingerprint);
        return ERROR_HOST_KEY_UNKNOWN;
    }
    return refuse_changed(&known, address, fingerprint, ret_problem, size);
}

enum error host_trust_remember(const struct host_trust *trust, const struct address *address)
{
    if (trust->own_hosts == NULL) {
        return ERROR_SYSTEM;
    }
    return known_hosts_add(trust->own_hosts, address, trust->key);
}
