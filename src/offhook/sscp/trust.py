"""What to say of a certificate that is not trusted."""

import ssl


def certificate_problem(error: ssl.SSLCertVerificationError) -> str:
    """In plain words, with what to do: it may be new, made anew, or of somebody who listens in."""
    return (
        f"its certificate is not trusted ({error.verify_message}), and nothing was said to it. If it is new,"
        " or its administrator made a new one, compare and confirm it: offhook cert trust. Otherwise"
        " somebody pretends to be this Call Manager"
    )
