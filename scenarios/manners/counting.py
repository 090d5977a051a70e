"""What scenarios have sent counts with broadcasts: for the frequency cap, and for conditions on messages."""

from broadcasts.leaves import pushes

# A send of which it is not known whether it arrived may have: it counts from its first attempt.
pushes.register(
    pushes.Pushes(
        sent="SELECT friend_id FROM scenarios_send WHERE state = 'accepted' AND NOT is_test"
        " AND accepted_at >= %s",
        laid_out="SELECT friend_id FROM scenarios_send WHERE state IN ('pending', 'claimed') AND NOT is_test",
    )
)
pushes.register(
    pushes.Pushes(
        "SELECT friend_id FROM scenarios_send WHERE state = 'unknown' AND NOT is_test"
        " AND first_tried_at >= %s"
    )
)
