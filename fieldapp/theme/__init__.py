"""The look of the tablet: colours and type. It knows no screen and no word."""
