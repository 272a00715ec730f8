namespace tweetpulse {}
