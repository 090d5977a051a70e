"""Names by which the work of this app is called and told."""

KIND = "referrals"  # of the work board
TOPIC = "referrals"  # the data version that grows when it changes who was invited, and who counts
MERGED = "referrals:merged"  # news of the outbox: customers who took over what another had
LOCK = 1_413_829_462  # a number that nothing else takes for its advisory locks
MEDIUM = "referral"  # utm_medium of visits by a friend's link; utm_content is that friend's code
