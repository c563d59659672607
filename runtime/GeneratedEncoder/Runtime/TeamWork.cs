using System.ComponentModel;

namespace GeneratedEncoder.Runtime;

/// <summary>Work that the threads of a team share out among themselves. For generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class TeamWork
{
    /// <summary>One thread's share; called on every member at the same time.</summary>
    public abstract void Run(in TeamMember member);
}

/// <summary>One thread's place in the team that works on a call. For generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct TeamMember
{
    private readonly Team? _team;

    internal TeamMember(Team? team, int index, int count)
    {
        _team = team;
        Index = index;
        Count = count;
    }

    /// <summary>A call on its caller's thread alone.</summary>
    public static TeamMember Alone => new(null, 0, 1);

    /// <summary>0 for the caller's own thread.</summary>
    public int Index { get; }

    /// <summary>Threads in the team, at least 1.</summary>
    public int Count { get; }

    /// <summary>This member's part of <paramref name="items"/>, all parts being nearly equal.</summary>
    public (int First, int End) Share(int items) =>
        ((int)((long)items * Index / Count), (int)((long)items * (Index + 1) / Count));

    /// <summary>Waits until all members are here. What they wrote before is visible after.</summary>
    public void Meet() => _team?.Meet(Index);
}
