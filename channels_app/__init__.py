"""How messages travel: adapters to the providers, the website's visitors, and live push to browsers."""
