/* What programs are told of a line, as far as they asked for it (TSPI_lineSetStatusMessages). Under the lock. */
#ifndef OFFHOOK_LINE_STATUS_H
#define OFFHOOK_LINE_STATUS_H

#include "model.h"

/* True if a call can be made on the line now, or as soon as the connection that is being made is there. */
bool line_status_can_call(const struct line *line);

/* Tell whether a call can be made, if that has changed: programs read the features of a line once, and then when they
 * are told to. */
void line_status_tell_offer(struct line *line);

/* Tell of the line's number of calls. */
void line_status_tell_call_count(struct line *line);

/* Tell whether the line is in service, if that has changed: whether there is a Smart Messenger for it. */
void line_status_tell_service(struct line *line, bool in);

/* Tell that its name, or its address, is another one. */
void line_status_tell_renamed(struct line *line);
void line_status_tell_address_changed(struct line *line);

#endif
