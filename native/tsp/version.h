/* The version of the package (pyproject.toml), as the file's properties and the provider's information tell it. */
#ifndef OFFHOOK_VERSION_H
#define OFFHOOK_VERSION_H

#define OFFHOOK_VERSION "0.1.0"
#define OFFHOOK_VERSION_NUMBERS 0, 1, 0, 0

#endif
