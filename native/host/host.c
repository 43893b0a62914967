/* host DLL PORT VERSION: a telephony service that walks a provider through its life, with lines of TSPI VERSION (in
 * hexadecimal, 10004 for 1.4), against the scripted Smart Messenger of tests/native/messenger.py at PORT. */
#include "arguments.h"
#include "call_checks.h"
#include "registry_lines.h"
#include "service.h"
#include "structures.h"

#define OTHER_LINE ((HTAPILINE)HANDLE_OF(0x300))

static DWORD version;
static HDRVLINE line;

static LONG device_caps(void *out)
{
    return CALL(lineGetDevCaps, SERVICE_DEVICE, version, 0, out);
}

static LONG address_caps(void *out)
{
    return CALL(lineGetAddressCaps, SERVICE_DEVICE, 0, version, 0, out);
}

static LONG device_status(void *out)
{
    return CALL(lineGetLineDevStatus, line, out);
}

static LONG address_status(void *out)
{
    return CALL(lineGetAddressStatus, line, 0, out);
}

/* Before TAPI knows any line. */

static void negotiate(void)
{
    DWORD agreed = 0;
    is((DWORD)CALL(lineNegotiateTSPIVersion, INITIALIZE_NEGOTIATION, 0x10003, 0x30001, &agreed), 0, "negotiate: taken");
    is(agreed, SERVICE_VERSION, "negotiate: the newest version of both");
    is((DWORD)CALL(lineNegotiateTSPIVersion, INITIALIZE_NEGOTIATION, 0x10003, 0x20001, &agreed), 0,
       "negotiate: with an older service");
    is(agreed, 0x20001, "negotiate: the older service's version");
    is((DWORD)CALL(lineNegotiateTSPIVersion, INITIALIZE_NEGOTIATION, 0x10003, 0x10004, &agreed),
       ERROR_OF(INCOMPATIBLEAPIVERSION), "negotiate: nothing in common is refused");
}

static void start(void)
{
    DWORD lines = 0xA5, phones = 0xA5, options = 0xA5, agreed = 0;
    WCHAR ui[MAX_PATH], own[MAX_PATH];
    is((DWORD)CALL(providerEnumDevices, SERVICE_PROVIDER, &lines, &phones, THE_PROVIDER, on_line_event, NULL), 0,
       "enumerate: taken");
    is(lines, 2, "enumerate: a line for each in the registry");
    is(phones, 0, "enumerate: no phones");
    is((DWORD)CALL(providerInit, SERVICE_VERSION, SERVICE_PROVIDER, SERVICE_DEVICE, 9, lines, 0, on_completion,
                   &options),
       0, "init: taken");
    is(options, 0, "init: any thread may enter");
    is((DWORD)CALL(lineNegotiateTSPIVersion, SERVICE_DEVICE + 1, 0x10003, 0x30001, &agreed), 0,
       "init: its lines are known");
    is((DWORD)CALL(lineNegotiateTSPIVersion, SERVICE_DEVICE + 2, 0x10003, 0x30001, &agreed), ERROR_OF(NODRIVER),
       "init: no others are");
    is((DWORD)CALL(providerUIIdentify, ui), 0, "UI: told where it is");
    GetModuleFileNameW(provider_module, own, MAX_PATH);
    ok(same_text(ui, own), "UI: the DLL itself");
}

static bool is_zero(const void *bytes, DWORD size)
{
    for (DWORD i = 0; i < size; i++)
        if (((const BYTE *)bytes)[i])
            return false;
    return true;
}

static void ask_what_it_can(void)
{
    LINEEXTENSIONID extension;
    FillMemory(&extension, sizeof extension, 0xA5);
    is((DWORD)CALL(lineGetExtensionID, SERVICE_DEVICE, SERVICE_VERSION, &extension), 0, "extensions: asked");
    ok(is_zero(&extension, sizeof extension), "extensions: none");
    const LINEDEVCAPS *caps = check_structure(DEVICE_CAPS, version, device_caps, "device caps");
    ok(same_text(text_at(caps, caps->dwLineNameOffset, caps->dwLineNameSize), L"Offhook 4000 \xAE40"),
       "device caps: the line's name");
    is(caps->dwStringFormat, STRINGFORMAT_UNICODE, "device caps: Unicode");
    is(caps->dwPermanentLineID, SERVICE_PROVIDER << 16 | 1, "device caps: a permanent id of the provider and the line");
    is(caps->dwNumAddresses, 1, "device caps: one address");
    is(caps->dwLineFeatures & LINEFEATURE_MAKECALL, LINEFEATURE_MAKECALL, "device caps: makes calls");
    is(caps->dwDevCapFlags & LINEDEVCAPFLAGS_CLOSEDROP, 0, "device caps: a call goes on when its line is closed");
    if (version >= 0x20000)
        ok(same_text(text_at(caps, caps->dwDeviceClassesOffset, caps->dwDeviceClassesSize), L"tapi/line"),
           "device caps: its class");
    const LINEADDRESSCAPS *address = check_structure(ADDRESS_CAPS, version, address_caps, "address caps");
    ok(same_text(text_at(address, address->dwAddressOffset, address->dwAddressSize), L"4000"),
       "address caps: the terminal is the address");
    is(address->dwLineDeviceID, SERVICE_DEVICE, "address caps: of this device");
    is(address->dwCallFeatures & LINECALLFEATURE_DROP, LINECALLFEATURE_DROP, "address caps: calls can be dropped");
    is((DWORD)CALL(lineGetAddressCaps, SERVICE_DEVICE, 1, version, 0, (void *)address), ERROR_OF(INVALADDRESSID),
       "address caps: there is no other address");
}

/* The line. */

static void open(void)
{
    DWORD addresses = 0xA5, id = 0xA5;
    HDRVLINE again;
    is((DWORD)CALL(lineOpen, SERVICE_DEVICE, THE_LINE, &line, version, on_line_event), 0, "open: taken");
    ok(line != 0, "open: a handle");
    is((DWORD)CALL(lineOpen, SERVICE_DEVICE, THE_LINE, &again, version, on_line_event), ERROR_OF(ALLOCATED),
       "open: once only");
    is((DWORD)CALL(lineSetStatusMessages, line, 0x01FFFFFF, 0x1FF), 0, "open: wants to know everything");
    is((DWORD)CALL(lineSetDefaultMediaDetection, line, 0), 0, "open: no media modes");
    is((DWORD)CALL(lineSetDefaultMediaDetection, line, LINEMEDIAMODE_G3FAX), 0, "open: or any");
    const LINEDEVSTATUS *status = check_structure(DEVICE_STATUS, version, device_status, "status at the open");
    is(status->dwLineFeatures, LINEFEATURE_MAKECALL, "open: a call can be made while it connects");
    is((DWORD)CALL(lineConditionalMediaDetection, line, LINEMEDIAMODE_INTERACTIVEVOICE, NULL), 0,
       "open: a call could be made");
    is((DWORD)CALL(lineGetNumAddressIDs, line, &addresses), 0, "open: addresses asked");
    is(addresses, 1, "open: one address");
    is((DWORD)CALL(lineGetAddressID, line, &id, LINEADDRESSMODE_DIALABLEADDR, L"4000", 10), 0,
       "open: it has the address");
    is(id, 0, "open: which is the first");
}

/* That a line tells so is seen when it has lost its connection. */
static void be_in_service(void)
{
    service_wait(line);
    const LINEDEVSTATUS *status = check_structure(DEVICE_STATUS, version, device_status, "line status");
    is(status->dwDevStatusFlags, LINEDEVSTATUSFLAGS_CONNECTED | LINEDEVSTATUSFLAGS_INSERVICE,
       "line status: in service");
    is(status->dwLineFeatures, LINEFEATURE_MAKECALL, "line status: a call can be made");
    const LINEADDRESSSTATUS *address = check_structure(ADDRESS_STATUS, version, address_status, "address status");
    is(address->dwNumActiveCalls, 0, "address status: no call");
    is(address->dwAddressFeatures, LINEADDRFEATURE_MAKECALL, "address status: a call can be made");
}

static void ask_its_id(void)
{
    static struct {
        VARSTRING head;
        BYTE room[64];
    } id;
    id.head.dwTotalSize = sizeof id;
    is((DWORD)CALL(lineGetID, line, 0, 0, LINECALLSELECT_LINE, &id.head, L"tapi/line", INVALID_HANDLE_VALUE), 0,
       "line id: told, to another machine too");
    is(*(const DWORD *)(const void *)((const BYTE *)&id + id.head.dwStringOffset), SERVICE_DEVICE,
       "line id: the device's");
    is((DWORD)CALL(lineGetID, line, 0, 0, LINECALLSELECT_LINE, &id.head, L"wave/in", GetCurrentProcess()),
       ERROR_OF(NODEVICE), "line id: no sound device");
}

static LONG CALLBACK knows_no_device(DWORD_PTR object, DWORD type, LPVOID params, DWORD size)
{
    (void)object, (void)type, (void)params, (void)size;
    return (LONG)LINEERR_NODRIVER;
}

static void ask_dialog(void)
{
    DWORD data[] = {SERVICE_DEVICE, 0xA5};
    is((DWORD)UI_CALL(lineConfigDialog, knows_no_device, SERVICE_DEVICE, NULL, L"wave/in"), ERROR_OF(INVALDEVICECLASS),
       "dialog: none for a sound device");
    is((DWORD)UI_CALL(lineConfigDialog, knows_no_device, SERVICE_DEVICE, NULL, L"tapi/line"), ERROR_OF(NODRIVER),
       "dialog: none for a device that the service does not know");
    is((DWORD)CALL(providerGenericDialogData, SERVICE_DEVICE, TUISPIDLL_OBJECT_LINEID, data, sizeof data), 0,
       "dialog: the service tells it the line");
    is(data[1], 1, "dialog: which is that of the registry");
    is((DWORD)CALL(providerGenericDialogData, SERVICE_DEVICE, TUISPIDLL_OBJECT_LINEID, data, 4), ERROR_OF(INVALPARAM),
       "dialog: asked in another way it does not");
}

/* Without windows, as in a silent installation. */
static void be_installer(void)
{
    is((DWORD)UI_CALL(providerInstall, knows_no_device, NULL, SERVICE_PROVIDER), 0, "install: taken");
    is(registry_lines_count(), 2, "install: lines that are there stay");
    is((DWORD)UI_CALL(providerRemove, knows_no_device, NULL, SERVICE_PROVIDER), 0, "remove: taken");
    is(registry_lines_count(), 0, "remove: no line is left");
    is((DWORD)UI_CALL(providerInstall, knows_no_device, NULL, SERVICE_PROVIDER), 0, "install: anew");
    ok(same_text(registry_lines_first_name(), L"Offhook"),
       "install: a first line where the telephony service looks for it");
    is((DWORD)UI_CALL(providerRemove, knows_no_device, NULL, SERVICE_PROVIDER), 0, "remove: again");
}

static void shut_down(void)
{
    HDRVLINE other;
    is((DWORD)CALL(lineOpen, SERVICE_DEVICE + 1, OTHER_LINE, &other, version, on_line_event), 0,
       "shutdown: with an open line");
    is((DWORD)CALL(providerShutdown, SERVICE_VERSION, SERVICE_PROVIDER), 0, "shutdown: taken");
    be_installer();
    ok(FreeLibrary(provider_module) && !GetModuleHandleW(L"offhook.tsp"), "shutdown: the DLL can go");
    Sleep(200); /* for a thread that was left behind to fall over */
    callbacks_check();
}

void start_of_program(void)
{
    WCHAR **arguments = arguments_read(4, "host DLL PORT VERSION");
    catch_violations();
    registry_lines_write(arguments_number(arguments[2]));
    version = arguments_hexadecimal(arguments[3]); /* no version has a letter */
    provider_load(arguments[1]);
    callbacks_begin();
    negotiate();
    start();
    ask_what_it_can();
    open();
    be_in_service();
    ask_its_id();
    ask_dialog();
    check_calls(version, line);
    shut_down();
    done();
}
