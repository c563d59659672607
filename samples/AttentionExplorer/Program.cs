// The page's worker calls what Exports has; nothing runs by itself.
return 0;
