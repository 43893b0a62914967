/* What programs are told of a line, as far as they asked for it (TSPI_lineSetStatusMessages). Under the lock. */
#ifndef OFFHOOK_LINE_STATUS_H
#define OFFHOOK_LINE_STATUS_H

#include "model.h"

/* The line is opened: programs read for themselves how it is now. */
void line_status_begin(struct line *line);

/* Tell of the number of calls, and of the features of line and address, if they have changed: programs read the features
 * once, and then when they are told to. */
void line_status_tell(struct line *line);

/* Tell whether the line is in service, if that has changed: whether there is a Smart Messenger for it. */
void line_status_tell_service(struct line *line, bool in);

/* Tell that its calls are forwarded otherwise, that its name or its capabilities, or its address or that one's
 * capabilities, are other ones. */
void line_status_tell_forwarding(struct line *line);
void line_status_tell_renamed(struct line *line);
void line_status_tell_address_changed(struct line *line);

#endif
