namespace GeneratedEncoder.Runtime;

/// <summary>
/// What threads share blocks with: words that all of them see, a signal for each to wake it up, and the work itself. The real one is
/// <see cref="TeamMachine"/>; tests have one whose words come as late and in as odd an order as a processor may bring them.
/// </summary>
internal interface ISharingMachine
{
    /// <summary>Reads a word. What its writer wrote before it is visible from here on.</summary>
    long Read(int word);

    /// <summary>Writes a word, behind all that this thread wrote before.</summary>
    void Write(int word, long value);

    /// <summary>Reads a word, in no order: something else has made sure that it is there.</summary>
    long Peek(int word);

    /// <summary>Writes a word, in no order: something else will make it visible.</summary>
    void Poke(int word, long value);

    /// <summary>Adds one and returns the sum. Nothing moves across.</summary>
    long Increment(int word);

    /// <summary>Sets a word if it has the value expected, and returns what it had. Nothing moves across.</summary>
    long CompareExchange(int word, long value, long expected);

    /// <summary>Sets a word and returns what it had. Nothing moves across.</summary>
    long Exchange(int word, long value);

    /// <summary>Nothing moves across.</summary>
    void Fence();

    /// <summary>Lets a moment pass for a thread that has nothing to do. False when it has waited so long that it should sleep.</summary>
    /// <param name="since">When the thread began to wait; 0 before the first moment.</param>
    bool Pause(ref long since);

    /// <summary>Sleeps until the thread's signal is given, and takes it; may return without.</summary>
    void Sleep(int thread);

    /// <summary>Gives a thread's signal, which stays until the thread takes it.</summary>
    void Signal(int thread);

    /// <summary><see cref="TeamWork.Begin"/> of the call's work; 0 also if anything failed.</summary>
    int Begin(int phase);

    /// <summary><see cref="TeamWork.Run"/> of the call's work.</summary>
    void Run(int phase, int block, int thread);
}
