"""The commands (stage ⑤), one a module, imported when it runs."""
