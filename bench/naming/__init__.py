"""How often names come out as a careful person would write them."""
