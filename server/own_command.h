/* Commands that the desk gives itself. They take the way of all others, through the log and the
 * writer, but no session waits for their answer. */
#ifndef TTYDESK_SERVER_OWN_COMMAND_H
#define TTYDESK_SERVER_OWN_COMMAND_H

#include "server/log/log.h"
#include "server/stamping.h"

/* `request` is the struct of methods[method].request, which is copied as it is: it must not point
 * to anything. ERROR_NO_MEMORY, and those of log_submit: then nothing will happen. */
enum error own_command_submit(struct stamping *stamping, struct log *log, enum method method,
                              const void *request);

/* The same, because of something that came from this address, which is copied. */
enum error own_command_submit_from(struct stamping *stamping, struct log *log, enum method method,
                                   const void *request, struct text source);

#endif
