"""Who somebody is to the platform, one word each. It never says what a role may do."""

from enum import StrEnum


class Role(StrEnum):
    """The roles of design.md, plus the tablet itself.

    `public` is anybody with a phone, `system` the server itself, `client` another system that
    writes by a scoped token, `device` an enrolled tablet acting on its own behalf.
    """

    OFFICER = "officer"
    PLANNER = "planner"
    HEAD = "head"
    AGENCY_ADMIN = "agency_admin"
    SUPERVISION = "supervision"
    PLATFORM_ADMIN = "platform_admin"
    ASSESSOR = "assessor"
    ENTERPRISE_OWNER = "enterprise_owner"
    ENTERPRISE_USER = "enterprise_user"
    PUBLIC = "public"
    SYSTEM = "system"
    CLIENT = "client"
    DEVICE = "device"
