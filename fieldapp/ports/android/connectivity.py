"""Whether there is a network, and what using it costs, as Android judges it."""

from fieldapp.ports.android import java
from fieldapp.ports.connectivity import NO_LINK, Link

ROAMING_SINCE = 28  # Android 9
_CAPABILITIES = "android.net.NetworkCapabilities"


class AndroidConnectivity:
    def link(self) -> Link:
        """Asked of the system each time: it answers from memory."""
        manager = java.service("connectivity", "android.net.ConnectivityManager")
        network = manager.getActiveNetwork()
        found = None if network is None else manager.getNetworkCapabilities(network)
        if found is None:
            return NO_LINK
        names = java.of(_CAPABILITIES)
        return Link(
            online=bool(found.hasCapability(names.NET_CAPABILITY_VALIDATED)),
            metered=not found.hasCapability(names.NET_CAPABILITY_NOT_METERED),
            roaming=java.api_level() >= ROAMING_SINCE
            and not found.hasCapability(names.NET_CAPABILITY_NOT_ROAMING),
        )
