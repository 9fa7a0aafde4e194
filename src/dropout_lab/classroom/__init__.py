"""For instructors: who solved what in a folder of learners' notebooks, and which mistake it was."""
