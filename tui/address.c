#include "tui/address.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static enum error refuse(const char *why, const char **ret_why)
{
    *ret_why = why;
    return ERROR_INVALID_FIELD;
}

static bool starts_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

static bool copy(char *target, size_t size, const char *source, size_t length)
{
    if (length >= size) {
        return false;
    }
    memcpy(target, source, length);
    target[length] = '\0';
    return true;
}

static enum error parse_path(const char *path, struct address *ret_address, const char **ret_why)
{
    struct address address = {.kind = ADDRESS_UNIX};
    if (path[0] != '/') {
        return refuse("the path of the socket has to begin with \"/\"", ret_why);
    }
    if (!copy(address.path, sizeof address.path, path, strlen(path))) {
        return refuse("the path of the socket is longer than 107 bytes", ret_why);
    }
    *ret_address = address;
    return ERROR_NONE;
}

static bool port_is_valid(const char *port)
{
    size_t digits = strspn(port, "0123456789");
    if (digits == 0 || digits > 5 || port[digits] != '\0') {
        return false;
    }
    long number = strtol(port, NULL, 10);
    return number >= 1 && number <= 65535;
}

/* Splits "host", "host:port", "[v6]" or "[v6]:port"; a bare v6 address has no port. */
static enum error parse_host(const char *text, struct address *address, const char **ret_why)
{
    const char *host = text;
    const char *host_end = NULL;
    const char *port = NULL;
    if (text[0] == '[') {
        host = text + 1;
        host_end = strchr(host, ']');
        if (host_end == NULL || (host_end[1] != '\0' && host_end[1] != ':')) {
            return refuse("an address in brackets is written [address]:port", ret_why);
        }
        port = host_end[1] == ':' ? host_end + 2 : NULL;
    } else {
        const char *colon = strchr(text, ':');
        bool bare_v6 = colon != NULL && strchr(colon + 1, ':') != NULL;
        host_end = colon != NULL && !bare_v6 ? colon : text + strlen(text);
        port = colon != NULL && !bare_v6 ? colon + 1 : NULL;
    }
    size_t length = (size_t)(host_end - host);
    if (length == 0) {
        return refuse("the host is missing; write host or host:port", ret_why);
    }
    if (!copy(address->host, sizeof address->host, host, length)) {
        return refuse("the host is longer than 255 bytes", ret_why);
    }
    if (strpbrk(address->host, " \t/#@") != NULL) {
        return refuse("the host has a character that no host name has", ret_why);
    }
    if (port != NULL && !port_is_valid(port)) {
        return refuse("the port has to be a number from 1 to 65535", ret_why);
    }
    if (port != NULL) {
        snprintf(address->port, sizeof address->port, "%s", port);
    } else {
        snprintf(address->port, sizeof address->port, "%d", ADDRESS_PORT_DEFAULT);
    }
    return ERROR_NONE;
}

static enum error parse_network(const char *text, struct address *ret_address, const char **ret_why)
{
    struct address address = {.kind = ADDRESS_TCP};
    char place[ADDRESS_TEXT_MAX];
    size_t length = strcspn(text, "#");
    if (!copy(place, sizeof place, text, length)) {
        return refuse("the address is too long", ret_why);
    }
    if (text[length] == '#') {
        const char *fingerprint = text + length + 1;
        if (!starts_with(fingerprint, "TD1:") ||
            !copy(address.fingerprint, sizeof address.fingerprint, fingerprint,
                  strlen(fingerprint))) {
            return refuse("after \"#\" stands the server's fingerprint, TD1:...", ret_why);
        }
    }
    enum error error = parse_host(place, &address, ret_why);
    if (error == ERROR_NONE) {
        *ret_address = address;
    }
    return error;
}

enum error address_parse(const char *text, struct address *ret_address, const char **ret_why)
{
    if (text[0] == '\0') {
        return refuse("the address is empty; write host:port or unix:/path", ret_why);
    }
    if (starts_with(text, "unix:")) {
        return parse_path(text + strlen("unix:"), ret_address, ret_why);
    }
    if (text[0] == '/') {
        return parse_path(text, ret_address, ret_why);
    }
    if (starts_with(text, "ttydesk://")) {
        text += strlen("ttydesk://");
    }
    return parse_network(text, ret_address, ret_why);
}

static bool socket_exists(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISSOCK(status.st_mode);
}

enum error address_find(const char *option, const char *configured, struct address *ret_address,
                        const char **ret_from, const char **ret_why)
{
    const struct {
        const char *text;
        const char *from;
    } places[] = {
        {option, "--server"},
        {getenv("TTYDESK_SERVER"), "TTYDESK_SERVER"},
        {configured, "server in the config file"},
        {socket_exists(ADDRESS_SOCKET_DEFAULT) ? ADDRESS_SOCKET_DEFAULT : NULL, "default socket"},
        {"localhost", "default host"},
    };
    size_t i = 0;
    while (places[i].text == NULL || (places[i].text[0] == '\0' && places[i].text != option)) {
        i++;
    }
    *ret_from = places[i].from;
    return address_parse(places[i].text, ret_address, ret_why);
}

void address_format(const struct address *address, char ret_text[ADDRESS_TEXT_MAX])
{
    if (address->kind == ADDRESS_UNIX) {
        snprintf(ret_text, ADDRESS_TEXT_MAX, "unix:%s", address->path);
    } else {
        snprintf(ret_text, ADDRESS_TEXT_MAX, "[%s]:%s", address->host, address->port);
    }
}

void address_file_name(const struct address *address, char ret_name[ADDRESS_FILE_NAME_MAX])
{
    char place[ADDRESS_TEXT_MAX];
    size_t length = 0;

    address_format(address, place);
    ret_name[0] = '\0';
    for (const char *c = place; *c != '\0' && length + 4 < ADDRESS_FILE_NAME_MAX; c++) {
        bool plain = isalnum((unsigned char)*c) != 0 || *c == '.' || *c == '-';
        length += (size_t)snprintf(ret_name + length, ADDRESS_FILE_NAME_MAX - length,
                                   plain ? "%c" : "%%%02X", (unsigned char)*c);
    }
}
