"""Configuration as code for the part of ServiceNow that integrations stand on."""

__version__ = "0.1.0"
