"""Adapters for a desktop run, which is for development and tests only and says so on the screen."""

from pathlib import Path

from fieldapp.ports.bundle import Ports
from fieldapp.ports.desktop.camera import FolderCamera
from fieldapp.ports.desktop.clock import SystemClock
from fieldapp.ports.desktop.decoder import ZxingDecoder
from fieldapp.ports.desktop.device import DesktopDevice
from fieldapp.ports.desktop.feedback import PlyerFeedback
from fieldapp.ports.desktop.files import DesktopFilePicker
from fieldapp.ports.desktop.keystore import NoKeyStore
from fieldapp.ports.desktop.location import SettingLocation
from fieldapp.ports.desktop.network import RequestsTransport
from fieldapp.ports.desktop.randomness import SystemRandomness
from fieldapp.ports.desktop.sound import AplayPlayer, FileRecorder


def desktop_ports(folder: Path) -> Ports:
    """Every port on a desktop; `folder` is the data folder, whose disk is measured."""
    clock = SystemClock()
    return Ports(
        clock=clock,
        location=SettingLocation.from_environment(),
        camera=FolderCamera.from_environment(),
        decoder=ZxingDecoder(),
        keystore=NoKeyStore(),
        transport=RequestsTransport.from_environment(),
        randomness=SystemRandomness(),
        device=DesktopDevice(folder),
        feedback=PlyerFeedback(),
        recorder=FileRecorder.from_environment(clock),
        player=AplayPlayer(clock),
        files=DesktopFilePicker.from_environment(),
    )
