/* The exports that agree on a version of the interface between TAPI and us, and on extensions to it: we have none,
 * which is version 0. */
#include "model.h"
#include "tapi_version.h"

/* The highest version that both know, or 0. */
static DWORD agree(DWORD low, DWORD high)
{
    DWORD best = high < VERSION_2_2 ? high : VERSION_2_2;
    return best >= low && is_our_version(best) ? best : 0;
}

/* Called with INITIALIZE_NEGOTIATION before anything else, TSPI_providerInit included, and then once for each line. */
LONG TSPIAPI TSPI_lineNegotiateTSPIVersion(DWORD dwDeviceID, DWORD dwLowVersion, DWORD dwHighVersion,
                                           LPDWORD lpdwTSPIVersion)
{
    if (!lpdwTSPIVersion)
        return LINE_ERROR(INVALPOINTER);
    model_lock();
    bool known = dwDeviceID == INITIALIZE_NEGOTIATION || line_of_device(dwDeviceID);
    model_unlock();
    if (!known)
        return LINE_ERROR(NODRIVER);
    DWORD version = agree(dwLowVersion, dwHighVersion);
    if (!version)
        return LINE_ERROR(INCOMPATIBLEAPIVERSION);
    *lpdwTSPIVersion = version;
    return 0;
}

LONG TSPIAPI TSPI_phoneNegotiateTSPIVersion(DWORD dwDeviceID, DWORD dwLowVersion, DWORD dwHighVersion,
                                            LPDWORD lpdwTSPIVersion)
{
    (void)dwDeviceID; /* we have no phone devices, so only the initial negotiation comes */
    if (!lpdwTSPIVersion)
        return (LONG)PHONEERR_INVALPOINTER;
    DWORD version = agree(dwLowVersion, dwHighVersion);
    if (!version)
        return (LONG)PHONEERR_INCOMPATIBLEAPIVERSION;
    *lpdwTSPIVersion = version;
    return 0;
}

LONG TSPIAPI TSPI_lineGetExtensionID(DWORD dwDeviceID, DWORD dwTSPIVersion, LPLINEEXTENSIONID lpExtensionID)
{
    if (!lpExtensionID)
        return LINE_ERROR(INVALPOINTER);
    if (!is_known_version(dwTSPIVersion))
        return LINE_ERROR(INCOMPATIBLEAPIVERSION);
    model_lock();
    struct line *line = line_of_device(dwDeviceID);
    model_unlock();
    if (!line)
        return LINE_ERROR(NODRIVER);
    *lpExtensionID = (LINEEXTENSIONID){0};
    return 0;
}

LONG TSPIAPI TSPI_lineNegotiateExtVersion(DWORD dwDeviceID, DWORD dwTSPIVersion, DWORD dwLowVersion,
                                          DWORD dwHighVersion, LPDWORD lpdwExtVersion)
{
    (void)dwDeviceID, (void)dwTSPIVersion, (void)dwHighVersion;
    if (!lpdwExtVersion)
        return LINE_ERROR(INVALPOINTER);
    if (dwLowVersion)
        return LINE_ERROR(INCOMPATIBLEEXTVERSION);
    *lpdwExtVersion = 0;
    return 0;
}

LONG TSPIAPI TSPI_lineSelectExtVersion(HDRVLINE hdLine, DWORD dwExtVersion)
{
    (void)hdLine;
    return dwExtVersion ? LINE_ERROR(INCOMPATIBLEEXTVERSION) : 0;
}
