"""What protects people from losing what they said or own, put to the test."""
