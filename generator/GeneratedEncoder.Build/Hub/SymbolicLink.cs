using System.Runtime.InteropServices;

namespace GeneratedEncoder.Build.Hub;

/// <summary>Symbolic links, which netstandard2.0 can follow and not make.</summary>
internal static class SymbolicLink
{
    /// <summary>Makes one where that needs no special rights: everywhere but on Windows.</summary>
    /// <returns>Whether it is there.</returns>
    public static bool TryCreate(string target, string path)
    {
        if (RuntimeInformation.IsOSPlatform(OSPlatform.Windows))
        {
            return false;
        }

        try
        {
            return Create(target, path) == 0;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return false;
        }
    }

    [DllImport("libc", EntryPoint = "symlink")]
    private static extern int Create([MarshalAs(UnmanagedType.LPStr)] string target, [MarshalAs(UnmanagedType.LPStr)] string path);
}
