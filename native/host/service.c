#include "service.h"

#define PATIENCE_MS 12000
#define POLL_MS 5

void service_wait(HDRVLINE line)
{
    static union {
        LINEDEVSTATUS status;
        BYTE room[1024];
    } buffer;
    for (int waited = 0; waited < PATIENCE_MS; waited += POLL_MS, Sleep(POLL_MS)) {
        buffer.status.dwTotalSize = sizeof buffer;
        if (CALL(lineGetLineDevStatus, line, &buffer.status))
            bail_out("the line's status cannot be asked for");
        if (buffer.status.dwDevStatusFlags & LINEDEVSTATUSFLAGS_INSERVICE)
            return;
    }
    bail_out("the line does not come into service");
}

HDRVLINE service_start(const WCHAR *path, DWORD version)
{
    DWORD lines, phones, options;
    HDRVLINE line;
    provider_load(path);
    callbacks_begin();
    if (CALL(providerEnumDevices, SERVICE_PROVIDER, &lines, &phones, THE_PROVIDER, on_line_event, NULL) ||
        CALL(providerInit, SERVICE_VERSION, SERVICE_PROVIDER, SERVICE_DEVICE, 0, lines, 0, on_completion, &options) ||
        CALL(lineOpen, SERVICE_DEVICE, THE_LINE, &line, version, on_line_event))
        bail_out("the provider does not start");
    service_wait(line);
    return line;
}
