/* The exports that deal with a line's addresses. It has one, number 0, which is its terminal. */
#include "fill_address.h"
#include "tapi_version.h"
#include "text.h"

/* TAPI checks handles and pointers, but no address ids (TSPI, Error Checking): those are checked here and below. */
LONG TSPIAPI TSPI_lineGetAddressCaps(DWORD dwDeviceID, DWORD dwAddressID, DWORD dwTSPIVersion, DWORD dwExtVersion,
                                     LPLINEADDRESSCAPS lpAddressCaps)
{
    if (!is_known_version(dwTSPIVersion))
        return LINE_ERROR(INCOMPATIBLEAPIVERSION);
    if (dwExtVersion)
        return LINE_ERROR(INCOMPATIBLEEXTVERSION);
    LONG result = LINE_ERROR(NODRIVER);
    model_lock();
    struct line *line = line_of_device(dwDeviceID);
    if (line)
        result = dwAddressID ? LINE_ERROR(INVALADDRESSID) : fill_address_caps(line, dwTSPIVersion, lpAddressCaps);
    model_unlock();
    return result;
}

LONG TSPIAPI TSPI_lineGetNumAddressIDs(HDRVLINE hdLine, LPDWORD lpdwNumAddressIDs)
{
    if (!lpdwNumAddressIDs)
        return LINE_ERROR(INVALPOINTER);
    model_lock();
    struct line *line = line_of_handle(hdLine);
    model_unlock();
    if (!line)
        return LINE_ERROR(INVALLINEHANDLE);
    *lpdwNumAddressIDs = 1;
    return 0;
}

/* The address must be written as the line has it. A line with the Smart Messenger's own terminal knows none. */
LONG TSPIAPI TSPI_lineGetAddressID(HDRVLINE hdLine, LPDWORD lpdwAddressID, DWORD dwAddressMode, LPCWSTR lpsAddress,
                                   DWORD dwSize)
{
    (void)dwSize; /* bytes or characters, with the terminating zero or without: the zero itself is sure to be there */
    if (!lpdwAddressID || !lpsAddress)
        return LINE_ERROR(INVALPOINTER);
    if (dwAddressMode != LINEADDRESSMODE_DIALABLEADDR)
        return LINE_ERROR(INVALADDRESSMODE);
    model_lock();
    struct line *line = line_of_handle(hdLine);
    bool is_it = line && line->settings.terminal[0] && text_equal(line->settings.terminal, lpsAddress);
    model_unlock();
    if (is_it)
        *lpdwAddressID = 0;
    return is_it ? 0 : line ? LINE_ERROR(INVALADDRESS) : LINE_ERROR(INVALLINEHANDLE);
}

LONG TSPIAPI TSPI_lineGetAddressStatus(HDRVLINE hdLine, DWORD dwAddressID, LPLINEADDRESSSTATUS lpAddressStatus)
{
    LONG result = LINE_ERROR(INVALLINEHANDLE);
    model_lock();
    struct line *line = line_of_handle(hdLine);
    if (line)
        result = dwAddressID ? LINE_ERROR(INVALADDRESSID) : fill_address_status(line, lpAddressStatus);
    model_unlock();
    return result;
}
