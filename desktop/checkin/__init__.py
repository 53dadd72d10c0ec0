"""The check-in desk: camera, USB scanner and search become stamps, and the room sees at once what each one meant."""
