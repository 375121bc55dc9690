"""All ports in one hand, so that the composition passes one value."""

from dataclasses import dataclass, field

from fieldapp.ports.camera import Camera, Decoder
from fieldapp.ports.clock import Clock
from fieldapp.ports.connectivity import Connectivity, FixedConnectivity
from fieldapp.ports.device import Device
from fieldapp.ports.feedback import Feedback
from fieldapp.ports.files import FilePicker, NoFilePicker
from fieldapp.ports.keystore import KeyStore
from fieldapp.ports.location import Location
from fieldapp.ports.network import Transport
from fieldapp.ports.randomness import Randomness
from fieldapp.ports.sound import NoPlayer, NoRecorder, Player, Recorder


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    clock: Clock
    location: Location
    camera: Camera
    decoder: Decoder
    keystore: KeyStore
    transport: Transport
    randomness: Randomness
    device: Device
    feedback: Feedback
    connectivity: Connectivity = field(default_factory=FixedConnectivity)
    recorder: Recorder = field(default_factory=NoRecorder)
    player: Player = field(default_factory=NoPlayer)
    files: FilePicker = field(default_factory=NoFilePicker)
