"""Media where phones are behind an address translation: `rtpengine` relays it, told by its ng protocol."""
