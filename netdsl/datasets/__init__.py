"""Reading labelled images from the formats in which they lie on disks."""
