"""Adapters for an Android tablet, through pyjnius. Imported only there: a desktop has no Java.

Nothing in this package touches Java while it is imported; `java.py` is the only door to it. None
of this was ever run on a device: docs/android.md says what was tried instead.
"""

from pathlib import Path

from fieldapp.ports.android.camera import AndroidCamera
from fieldapp.ports.android.clock import android_clock
from fieldapp.ports.android.connectivity import AndroidConnectivity
from fieldapp.ports.android.decoder import JavaZxingDecoder
from fieldapp.ports.android.device import AndroidDevice
from fieldapp.ports.android.feedback import AndroidFeedback
from fieldapp.ports.android.files import AndroidFilePicker
from fieldapp.ports.android.keystore import AndroidKeyStore
from fieldapp.ports.android.location import AndroidLocation
from fieldapp.ports.android.sound import AndroidPlayer, AndroidRecorder
from fieldapp.ports.bundle import Ports
from fieldapp.ports.desktop.network import RequestsTransport
from fieldapp.ports.desktop.randomness import SystemRandomness


def android_ports(folder: Path) -> Ports:
    """Every port on a tablet; `folder` is the app's private data folder."""
    return Ports(
        clock=android_clock(),
        location=AndroidLocation(),
        camera=AndroidCamera(),
        decoder=JavaZxingDecoder(),
        keystore=AndroidKeyStore(),
        transport=RequestsTransport(),
        randomness=SystemRandomness(),
        device=AndroidDevice(folder),
        feedback=AndroidFeedback(),
        connectivity=AndroidConnectivity(),
        recorder=AndroidRecorder(),
        player=AndroidPlayer(),
        files=AndroidFilePicker(),
    )
