"""The whole house on one machine, with a telephone company of its own: to try, and to show."""
