/* What clients ask about presence. The viewer and rows are those of the current snapshot. */
#ifndef TTYDESK_SERVER_PRESENCE_REQUESTS_H
#define TTYDESK_SERVER_PRESENCE_REQUESTS_H

#include "server/core/permission.h"
#include "server/presence.h"

/* ERROR_NOT_FOUND: the ticket can't be seen, or not any more: then they are gone from it too.
 * ERROR_NO_MEMORY. */
enum error presence_request_set(struct presence *presence, uint64_t connection,
                                const struct viewer *viewer, struct rows *rows,
                                const struct presence_set *request);

/* Nobody who asks learns of somebody they may not see there: the list is then empty. As the above,
 * and ERROR_FORBIDDEN. */
enum error presence_request_list(const struct presence *presence, const struct viewer *viewer,
                                 struct rows *rows, const struct presence_list *request,
                                 struct presence_list_reply *ret_reply);

#endif
