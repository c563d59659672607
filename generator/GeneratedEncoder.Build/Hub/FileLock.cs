namespace GeneratedEncoder.Build.Hub;

/// <summary>A file that one process at a time has open, as a lock among processes.</summary>
internal static class FileLock
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(100), s_patience = TimeSpan.FromSeconds(5);

    /// <summary>Waits until no other process has the lock, and takes it.</summary>
    /// <returns>The lock; disposing of it gives it back. The file stays.</returns>
    /// <exception cref="IOException">The file can't be made.</exception>
    /// <exception cref="OperationCanceledException">The build is cancelled.</exception>
    public static FileStream Take(string path, HubClock clock, Action<string> say, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        TimeSpan start = clock.Now;
        for (bool said = false; ;)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                return new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
            }
            catch (IOException e) when (IsTaken(e))
            {
                if (!said && clock.Now - start > s_patience)
                {
                    say($"Waiting for another process, which has '{path}'.");
                    said = true;
                }

                clock.Wait(s_look, cancellation);
            }
        }
    }

    /// <summary>Windows' sharing and lock violations; EWOULDBLOCK of Linux and of macOS.</summary>
    private static bool IsTaken(IOException e) => e.HResult is unchecked((int)0x80070020) or unchecked((int)0x80070021) or 11 or 35;
}
