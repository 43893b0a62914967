/* The exports that ask the switch for something of a line: forwarding, and calls from elsewhere. */
#include "features.h"
#include "forward.h"
#include "line.h"
#include "trace.h"
#include "transfer.h"

/* TAPI checks no address ids (TSPI, Error Checking). There is one. */
LONG TSPIAPI TSPI_lineForward(DRV_REQUESTID dwRequestID, HDRVLINE hdLine, DWORD bAllAddresses, DWORD dwAddressID,
                              LPLINEFORWARDLIST const lpForwardList, DWORD dwNumRingsNoAnswer, HTAPICALL htConsultCall,
                              LPHDRVCALL lphdConsultCall, LPLINECALLPARAMS const lpCallParams)
{
    (void)htConsultCall, (void)lpCallParams; /* nobody is called to ask whether he takes the calls */
    model_lock();
    struct line *line = line_of_handle(hdLine);
    LONG result = LINE_ERROR(INVALLINEHANDLE);
    if (line && !forward_modes(line))
        result = LINE_ERROR(OPERATIONUNAVAIL);
    else if (line && !bAllAddresses && dwAddressID)
        result = LINE_ERROR(INVALADDRESSID);
    else if (line)
        result = forward_set(line, dwRequestID, lpForwardList, dwNumRingsNoAnswer);
    if (line && result >= 0 && lphdConsultCall)
        *lphdConsultCall = NULL;
    if (line)
        line_settle(line);
    model_unlock();
    trace(L"lineForward: request %x, result %x", dwRequestID, (DWORD)result);
    return result;
}

static LONG take(const WCHAR *name, enum session3_command command, HDRVLINE handle, DWORD address_id,
                 DRV_REQUESTID request, HTAPICALL ht, LPHDRVCALL call, const WCHAR *from)
{
    model_lock();
    struct line *line = line_of_handle(handle);
    LONG result = LINE_ERROR(INVALLINEHANDLE);
    if (line && !line_can(line, SESSION3_BIT(command)))
        result = LINE_ERROR(OPERATIONUNAVAIL);
    else if (line && address_id)
        result = LINE_ERROR(INVALADDRESSID);
    else if (line && !call)
        result = LINE_ERROR(INVALPOINTER);
    else if (line && command == SESSION3_UNPARK && !from)
        result = LINE_ERROR(INVALADDRESS);
    else if (line)
        result = transfer_take(line, command, request, ht, call, from);
    if (line)
        line_settle(line);
    model_unlock();
    trace(L"%s: request %x, result %x", name, request, (DWORD)result);
    return result;
}

LONG TSPIAPI TSPI_lineUnpark(DRV_REQUESTID dwRequestID, HDRVLINE hdLine, DWORD dwAddressID, HTAPICALL htCall,
                             LPHDRVCALL lphdCall, LPCWSTR lpszDestAddress)
{
    return take(L"lineUnpark", SESSION3_UNPARK, hdLine, dwAddressID, dwRequestID, htCall, lphdCall, lpszDestAddress);
}

/* Without a destination, from the line's own group. Which that is the switch knows. */
LONG TSPIAPI TSPI_linePickup(DRV_REQUESTID dwRequestID, HDRVLINE hdLine, DWORD dwAddressID, HTAPICALL htCall,
                             LPHDRVCALL lphdCall, LPCWSTR lpszDestAddress, LPCWSTR lpszGroupID)
{
    (void)lpszGroupID;
    return take(L"linePickup", SESSION3_PICKUP, hdLine, dwAddressID, dwRequestID, htCall, lphdCall, lpszDestAddress);
}
