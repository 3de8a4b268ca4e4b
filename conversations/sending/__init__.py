"""From what somebody writes to what a provider takes."""
