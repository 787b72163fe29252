"""Networks as pictures: network -> view (what to show) -> layout (where) -> scene -> writer."""
