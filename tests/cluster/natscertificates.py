"""Certificates for NATS servers and nodes."""

from pathlib import Path

import trustme


class Certificates:
    """Those of a server at 127.0.0.1 and of nodes, by an authority of their own, as files."""

    def __init__(self, folder: Path) -> None:
        authority = trustme.CA()
        self.authority, self.server, self.node = folder / "ca.pem", folder / "server.pem", folder / "node.pem"
        authority.cert_pem.write_to_path(self.authority)
        authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(self.server)
        authority.issue_cert("node.example").private_key_and_cert_chain_pem.write_to_path(self.node)

    def of_server(self) -> str:
        """What a server is told of them: nodes have to show one."""
        files = f'cert_file: "{self.server}", key_file: "{self.server}", ca_file: "{self.authority}"'
        return f"{files}, verify: true"
