//! The modules of a service linked into one program: what each name is bound to, and what the code does.
