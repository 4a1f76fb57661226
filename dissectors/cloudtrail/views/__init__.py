"""Views of CloudTrail events, one TOML file each (stage ⑤)."""
