"""What is measured while Offhook runs, for Prometheus, and whether it lives and is ready."""
