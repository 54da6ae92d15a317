// Progressive enhancement of the public pages. Every page works without this file.
