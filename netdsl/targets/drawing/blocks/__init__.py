"""One block opened: its operators in series and in parallel, with what goes around them."""
