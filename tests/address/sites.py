"""Sites that numbers are dialled from."""

from offhook.address import AddressRules

SEOUL = AddressRules(country="KR", area="2", outside_prefix="9", extension_lengths=(4,))
BERLIN = AddressRules(country="DE", area="30", outside_prefix="0", extension_lengths=(3,))
CALIFORNIA = AddressRules(country="US", area="650", outside_prefix="9", extension_lengths=(4,))
ROME = AddressRules(country="IT", area="06", outside_prefix="0", extension_lengths=(3,))
NOWHERE = AddressRules()
