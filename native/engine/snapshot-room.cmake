# Tells the compiler how much room a snapshot takes. Run with -DSNAPSHOT=, one that has been written,
# and -DOPTIONS=, the file to write.
file(SIZE ${SNAPSHOT} room)
file(WRITE ${OPTIONS} "-DSNAPSHOT_ROOM=${room}UL\n")
